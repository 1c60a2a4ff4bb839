/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.update;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/** How a {@link PlayedServer} delivers artifacts. */
@FunctionalInterface
public interface PlayedDelivery {

    /** Answers a request for an artifact from this byte on. */
    void answer(HttpExchange exchange, byte[] artifact, int offset) throws IOException;
}
