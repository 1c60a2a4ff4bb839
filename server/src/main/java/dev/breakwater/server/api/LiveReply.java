/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.Authentication;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * A reply that goes on after its head, as server-sent events, until it comes to its end or its
 * reader goes away. It holds a place from the moment it is made, and has to be closed.
 */
interface LiveReply extends AutoCloseable {

    /** What to write to. Used by one thread. */
    interface Outlet {

        /** Adds an event that moves the reader to another place. */
        void event(String name, String id, Object data);

        /** Adds an event that leaves the reader where it is. */
        void event(String name, Object data);

        /** Adds the reader's place, which no reader takes for an event. */
        void place(String id);

        /** Sends what was added; waits until it is on its way. */
        void flush() throws IOException;
    }

    /**
     * Writes until the end. Blocks.
     *
     * @param again judges the reader's credential as it is now
     */
    void run(Outlet outlet, Supplier<Authentication> again)
            throws IOException, InterruptedException;

    /** Gives the place back, and ends {@link #run}. Idempotent; may be called by any thread. */
    @Override
    void close();
}
