"""Programs that run inside one Keras installation and write down what that Keras does.

They turn an installed Keras into plain JSON. They know nothing of kerlint: `generate_knowledge.py` starts them, once
for each Keras version, and stores what they print.
"""
