/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.protocol.DeviceRequests;
import dev.breakwater.protocol.attestation.AttestationPaths;
import dev.breakwater.server.delivery.UpdateDelivery;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** All that the devices' HTTPS port serves. */
final class DeviceRequestsHandler extends Handler.Abstract {

    private final EstHandler est;
    private final ReceiptDesk receipts;
    private final AttestationDesk attestation;
    private final TimeDesk time;
    private final UpdateDelivery updates;

    DeviceRequestsHandler(
            EstHandler est,
            ReceiptDesk receipts,
            AttestationDesk attestation,
            TimeDesk time,
            UpdateDelivery updates) {
        this.est = est;
        this.receipts = receipts;
        this.attestation = attestation;
        this.time = time;
        this.updates = updates;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (UpdateDelivery.serves(request)) {
            updates.answer(request, response, callback);
        } else {
            answer(request).writeTo(request, response, callback);
        }
        return true;
    }

    private EstAnswer answer(Request request) {
        return switch (Request.getPathInContext(request)) {
            case DeviceRequests.ERASURE_RECEIPTS -> receipts.answer(request);
            case AttestationPaths.CHALLENGES -> attestation.challenge(request);
            case AttestationPaths.ANSWERS -> attestation.answer(request);
            case DeviceRequests.TIME -> time.answer(request);
            default -> est.answer(request);
        };
    }
}
