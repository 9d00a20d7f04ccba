package cluster

// EdgesCapped is Edges with blocks parted beyond the given number of names.
var EdgesCapped = edgesOf
