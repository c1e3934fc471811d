#ifndef CODEARTS_EXPORTER_PROCESS_LIMITS_H_
#define CODEARTS_EXPORTER_PROCESS_LIMITS_H_

namespace codearts {

// Keeps the process's memory, where its credentials are, from core files and from debuggers that
// other processes of the same user start. Root can still look.
void ForbidMemoryDumps();

// Lets the process open as many files as it may: every connection is one, and the usual soft limit
// of 1024 is there for select(), which nothing here uses. Logs a warning if that is too few for the
// connections that the web server takes.
void RaiseFileLimit();

// Keeps the heap in two arenas. The C library gives hundreds of threads many, each of which holds
// on to what a page once took. To be called before there are threads.
void LimitHeapArenas();

// Gives memory that is free but lies between what is in use back to the system. Texts of pages come
// and go in the midst of what stays, so that the heap alone would keep half as much again. Takes
// milliseconds. Threads: safe; others wait for memory meanwhile.
void ReturnFreeMemory();

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_PROCESS_LIMITS_H_
