"""Gives back what has no end."""


def stage(argument):
    circle = []
    circle.append(circle)
    return circle
