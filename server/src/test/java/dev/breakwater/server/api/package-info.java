/** The API over real TLS, on real stores. */
@NullMarked
package dev.breakwater.server.api;

import org.jspecify.annotations.NullMarked;
