// Nothing: a target needs a file to have precompiled headers (cmake/precompiled.cmake).
