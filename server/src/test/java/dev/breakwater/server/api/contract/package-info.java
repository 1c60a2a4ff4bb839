/** The contract engine on small documents. */
@NullMarked
package dev.breakwater.server.api.contract;

import org.jspecify.annotations.NullMarked;
