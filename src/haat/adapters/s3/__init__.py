"""S3: places for contents on somebody's servers."""
