"""An area among its peers: similar areas, limits of ordinary differences, intervals of ranks."""
