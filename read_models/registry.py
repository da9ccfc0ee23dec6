"""The list of all read models, in the order in which an event reaches them."""

from read_models import entry
from read_models.projection import ReadModel

MODELS: tuple[ReadModel, ...] = (entry.MODEL,)
