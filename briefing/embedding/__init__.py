"""An edition inside other pages."""
