"""When models and layers get their variables: what builds them, and what is still unbuilt when weights arrive."""
