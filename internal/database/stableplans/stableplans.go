// Package stableplans makes each connection to SQLite plan statements by their text alone, and
// not by the values of their placeholders ("query planner stability guarantee").
//
// Otherwise SQLite notes of a statement with ORDER BY or a join that another value could deserve
// another plan, and compiles it again at each execution: the driver clears the values of the
// statements that it keeps prepared, which counts as a change. The driver has no option for it, so
// SQLite is given an extension that sets up each new connection.
package stableplans

/*
#include <stddef.h>

// Of sqlite3.h, which the driver brings and does not let others include.
extern int sqlite3_auto_extension(void (*entry)(void));
extern int sqlite3_db_config(void *db, int option, ...);
#define SQLITE_DBCONFIG_ENABLE_QPSG 1007

static int begin_stable(void *db, char **message, const void *api) {
	return sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
}

static int register_stable(void) { return sqlite3_auto_extension((void (*)(void))begin_stable); }
*/
import "C"

import (
	"fmt"

	_ "github.com/mattn/go-sqlite3" // has the functions
)

// Register sees to the connections that are opened from now on. It may be called repeatedly.
func Register() error {
	if code := C.register_stable(); code != 0 {
		return fmt.Errorf("SQLite refuses an extension with code %d", int(code))
	}
	return nil
}
