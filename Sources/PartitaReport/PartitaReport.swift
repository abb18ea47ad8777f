// Pictures and pages of plans, schedules and traces. The room waits for the scaling report.
