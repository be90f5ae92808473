"""Reports: what a workspace holds, laid out for readers. Values in, values out; commands write them."""
