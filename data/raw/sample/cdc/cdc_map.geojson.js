/* istanbul ignore next */
window.GOVUK = window.GOVUK || {}
window.GOVUK.cdcGeojson = {
  type: 'FeatureCollection',
  features: [
    {
      type: 'Feature',
      geometry: {
        type: 'Point',
        coordinates: [2.452, 55.031]
      },
      properties: {
        name: 'Dunmarrow Cross CDC',
        address: 'Dunmarrow, QV5 8ZZ',
        isOpen12_7: 'No',
        services: 'Imaging, Physiological Sciences',
        icbCode: 'E54000992'
      }
    },
    {
      type: 'Feature',
      geometry: {
        type: 'Point',
        coordinates: [2.104, 54.611]
      },
      properties: {
        name: 'Larkmere Gateway CDC',
        address: 'Larkmere, LK1 9ZZ',
        isOpen12_7: 'Yes',
        services: 'Imaging, Endoscopy, Pathology, Physiological Sciences',
        icbCode: 'E54000991'
      }
    },
    {
      type: 'Feature',
      geometry: {
        type: 'Point',
        coordinates: [3.242, 54.146]
      },
      properties: {
        name: 'Quillerton Mill CDC',
        address: 'Quillerton, VQ6 3ZZ',
        isOpen12_7: 'No',
        services: 'Imaging, Pathology, Other Tests',
        icbCode: 'E54000993'
      }
    },
    {
      type: 'Feature',
      geometry: {
        type: 'Point',
        coordinates: [2.214, 55.117]
      },
      properties: {
        name: 'Skelvane Foundry CDC',
        address: 'Skelvane, QV1 2ZZ',
        isOpen12_7: 'Yes',
        services: 'Imaging, Endoscopy, Pathology, Physiological Sciences, Other Tests',
        icbCode: 'E54000992'
      }
    },
    {
      type: 'Feature',
      geometry: {
        type: 'Point',
        coordinates: [2.391, 54.502]
      },
      properties: {
        name: 'Thessick Market Hall CDC',
        address: 'Thessick, LK7 6ZZ',
        isOpen12_7: 'N/A',
        services: 'Imaging, Pathology, Physiological Sciences',
        icbCode: 'E54000991'
      }
    },
    {
      type: 'Feature',
      geometry: {
        type: 'Point',
        coordinates: [3.011, 54.219]
      },
      properties: {
        name: 'Varnmouth Quays CDC',
        address: 'Varnmouth, VQ2 7ZZ',
        isOpen12_7: 'Yes',
        services: 'Imaging, Endoscopy, Pathology, Physiological Sciences',
        icbCode: 'E54000993'
      }
    }
  ]
}
