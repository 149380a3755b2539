"""How the pictures of the demo goods are drawn.

Used while developing, never at run time: `bin/draw-demo-goods` redraws every picture from this code.

A picture is a small stage: solids are modelled as patches (`solid`), lit by one soft window from the upper left
(`light`), seen through one camera (`space`) and written as SVG (`stage`), which Chromium turns into pixels
(`render`). Each family of goods has a module; `album` says which file shows what.
"""
