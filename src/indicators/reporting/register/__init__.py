"""The report's second part: what a jobseeker register gives, one module a section."""
