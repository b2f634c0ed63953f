package store

// What search_state holds of the index: the version of the analysis that wrote it
// and, while it is being rebuilt, the last article that is done.
const (
	indexedBy = "analysis"
	rebuilt   = "rebuilt by analysis "
)

// reindexClock is raised with each transaction of a rebuild, which changes what searches
// find and is in no change log.
const reindexClock = "reindexed"
