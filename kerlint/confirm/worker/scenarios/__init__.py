"""What is done with Keras to see a defect: each file is copied into reproduction scripts as it is, after those that it names.

They import nothing but the standard library, numpy, Keras and one another, and know nothing of findings.
"""
