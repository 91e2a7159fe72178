"""Parts of a ResearchStudy, each from its part of the Trial."""
