"""Confirms findings by running Keras: `planning` says what to run, `slicing` cuts it out, `client` talks to the worker,
`worker/` runs it walled off in whatever interpreter has Keras, `reproduction` writes it down for a person."""
