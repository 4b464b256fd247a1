"""Speed, as ratios measured in one run (`./do bench`), and short forms of the same in `./do test`."""
