/** The operations listener over its real port. */
@NullMarked
package dev.breakwater.server.operations;

import org.jspecify.annotations.NullMarked;
