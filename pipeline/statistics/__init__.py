"""Published statistics: intervals, standardised rates, funnel limits and control charts."""
