"""How the cost of kerlint grows: with the size of a tree, of a file, and with the call sites of one layer.

`growing` makes trees and files of increasing size out of real ones, `sites` programs with many call sites, `fitting` fits a power
law to what they took, `results` keeps it, and `page` shows it.
"""
