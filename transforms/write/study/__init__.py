"""Writers of the parts of a ResearchStudy, one module for each subject."""
