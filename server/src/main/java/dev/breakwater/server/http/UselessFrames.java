/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import dev.breakwater.server.refusal.RefusalReason;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RateControl;
import org.eclipse.jetty.io.WindowRateControl;

/**
 * Counts the frames of an HTTP/2 connection that serve no request: resets, and what makes the
 * server reset a stream (rapid reset, CVE-2023-44487; MadeYouReset, CVE-2025-8671), empty frames
 * and CONTINUATION, pings, settings. Jetty closes a connection that sends too many of them; this
 * records it, once, so that whoever does it again and again is banned.
 */
final class UselessFrames implements RateControl.Factory {

    private final Gate gate;
    private final WindowRateControl.Factory windows;

    UselessFrames(Gate gate, int perSecondMax) {
        this.gate = gate;
        this.windows = new WindowRateControl.Factory(perSecondMax);
    }

    @Override
    public RateControl newRateControl(EndPoint endPoint) {
        RateControl window = windows.newRateControl(endPoint);
        String source = Gate.address(endPoint.getRemoteSocketAddress());
        AtomicBoolean recorded = new AtomicBoolean();
        return event -> {
            boolean bearable = window.onEvent(event);
            if (!bearable && recorded.compareAndSet(false, true)) {
                gate.refused(RefusalReason.HTTP2_ABUSED, source, Map.of());
            }
            return bearable;
        };
    }
}
