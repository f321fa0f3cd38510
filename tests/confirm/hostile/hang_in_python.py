"""Never comes back, and says nothing."""


def stage(argument):
    while True:
        pass
