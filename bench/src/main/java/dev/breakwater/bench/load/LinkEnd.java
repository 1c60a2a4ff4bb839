/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.load;

import dev.breakwater.protocol.mqtt.ReasonCode;
import java.util.Optional;

/**
 * How a link ended.
 *
 * @param connected whether the server had accepted it before
 * @param said the reason in the server's CONNACK or DISCONNECT, if it gave one
 * @param cause what broke, if it was not an orderly end
 */
public record LinkEnd(boolean connected, Optional<ReasonCode> said, Optional<Throwable> cause) {

    @Override
    public String toString() {
        return (connected ? "connection ended" : "not connected")
                + said.map(code -> ", the server said " + code).orElse("")
                + cause.map(thrown -> ", " + thrown).orElse("");
    }
}
