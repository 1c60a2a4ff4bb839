/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.setup.exchange.DeviceReport;
import dev.breakwater.protocol.setup.exchange.OfferedNetworks;
import dev.breakwater.protocol.setup.exchange.SetupPaths;
import dev.breakwater.protocol.setup.exchange.SetupRequest;
import dev.breakwater.protocol.setup.exchange.SetupState;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;

/** Answers the requests of {@link SetupPaths}. */
final class SetupPages {

    private static final Set<String> PATHS =
            Set.of(SetupPaths.DEVICE, SetupPaths.NETWORKS, SetupPaths.SETUP);

    private final SetupDesk desk;
    private final Supplier<OfferedNetworks> networks;

    SetupPages(SetupDesk desk, Supplier<OfferedNetworks> networks) {
        this.desk = desk;
        this.networks = networks;
    }

    /**
     * Answers one request.
     *
     * @param host how a client that was not sent here by somebody else's page calls this device
     */
    HttpReply answer(HttpRequest request, InputStream body, String host)
            throws IOException, HttpRefused {
        // A page in the phone's browser, whose name was made to resolve to this device, says so.
        if (!request.header("host").filter(host::equalsIgnoreCase).isPresent()) {
            throw new HttpRefused(421, "this device is called by its address, " + host);
        }
        if (!PATHS.contains(request.path())) {
            throw new HttpRefused(404, "a device that is set up has no such page");
        }
        String method = request.path().equals(SetupPaths.SETUP) ? "POST" : "GET";
        if (!request.method().equals(method)) {
            throw new HttpRefused(405, "this page takes " + method);
        }
        return switch (request.path()) {
            case SetupPaths.DEVICE -> report();
            case SetupPaths.NETWORKS -> new HttpReply(200, networks.get().toJson());
            default -> setUp(request, body);
        };
    }

    /**
     * Only whoever asked how it stands knows that it is done: a set-up's own reply may say so too.
     */
    private HttpReply report() {
        DeviceReport report = desk.report();
        return report.state() == SetupState.DONE
                ? new HttpReply(200, report.toJson(), desk::doneWasTold)
                : new HttpReply(200, report.toJson());
    }

    private HttpReply setUp(HttpRequest request, InputStream in) throws IOException, HttpRefused {
        SetupRequest asked;
        try {
            asked = SetupRequest.parse(body(request, in));
        } catch (MalformedMessage malformed) {
            desk.refused();
            throw new HttpRefused(400, String.valueOf(malformed.getMessage()));
        } catch (HttpRefused refused) {
            desk.refused();
            throw refused;
        }
        return switch (desk.handIn(asked)) {
            case TAKEN -> new HttpReply(202, desk.report().toJson());
            case BUSY -> HttpReply.refusal(409, "this device is being set up at this moment");
            case CLOSED -> HttpReply.refusal(403, "this device waits no longer: press its button");
        };
    }

    private static byte[] body(HttpRequest request, InputStream in)
            throws IOException, HttpRefused {
        String type = request.header("content-type").orElse("").toLowerCase(Locale.ROOT);
        if (!type.equals("application/json")) {
            throw new HttpRefused(415, "a set-up is application/json");
        }
        long length = request.contentLength();
        if (length > SetupPaths.REQUEST_BYTES_MAX) {
            throw new HttpRefused(
                    413,
                    "a set-up is at most %d bytes, not %d"
                            .formatted(SetupPaths.REQUEST_BYTES_MAX, length));
        }
        byte[] body = in.readNBytes((int) length);
        if (body.length < length) {
            // Whoever lost the connection has tried nothing.
            throw new EOFException("the request ended within its body");
        }
        return body;
    }
}
