"""What is done with Keras to see a defect: each file stands by itself and is copied into reproduction scripts as it is.

They import nothing but the standard library, numpy and Keras, and know nothing of findings.
"""
