/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.setup.exchange;

import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.message.Members;
import dev.breakwater.protocol.wifi.Ssid;
import dev.breakwater.protocol.wifi.WifiPassphrase;
import java.util.Set;

/**
 * What a device is told: which network to join, and by what ticket to enroll where.
 *
 * @param network the network's name; a network without a passphrase is not joined
 * @param passphrase the network's
 * @param ticket from the server, for this device
 * @param server where it is
 */
public record SetupRequest(
        Ssid network, WifiPassphrase passphrase, SetupTicket ticket, ServerPlace server) {

    private static final String NOUN = "a set-up";

    /** The request as JSON, at most {@value SetupPaths#REQUEST_BYTES_MAX} bytes. */
    public byte[] toJson() {
        Members members = Members.ofNothing(NOUN);
        var _ =
                members.object()
                        .put("ssid", network.base64url())
                        .put("passphrase", passphrase.secret())
                        .put("ticket", ticket.text())
                        .set("server", server.write(Members.ofNothing(NOUN)));
        return members.bytes();
    }

    /** Reads a request strictly: each member once, and no other. */
    public static SetupRequest parse(byte[] json) throws MalformedMessage {
        Members members = Members.parse(json, SetupPaths.REQUEST_BYTES_MAX, NOUN);
        members.requireWithin(Set.of("ssid", "passphrase", "ticket", "server"));
        String ssid = members.text("ssid");
        String passphrase = members.text("passphrase");
        String ticket = members.text("ticket");
        ServerPlace server = ServerPlace.read(members.object("server"));
        return members.built(
                () ->
                        new SetupRequest(
                                Ssid.parse(ssid),
                                new WifiPassphrase(passphrase),
                                new SetupTicket(ticket),
                                server));
    }
}
