"""Write digits in a person's hand: a model of pen strokes that learns the style from a few drawn digits."""
