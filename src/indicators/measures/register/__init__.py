"""All indicators from a canonical register: :func:`compute_register`."""
