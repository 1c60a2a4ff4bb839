/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.setup.exchange;

import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.message.Members;
import dev.breakwater.protocol.wifi.Ssid;
import dev.breakwater.protocol.wifi.WifiNetwork;
import dev.breakwater.protocol.wifi.WifiSecurity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The networks a device hears.
 *
 * @param networks each name once, as it is heard best, the best heard first, at most {@value
 *     #NETWORKS_MAX}
 */
public record OfferedNetworks(List<WifiNetwork> networks) {

    /** How many networks are offered at most; those heard worst are left out. */
    public static final int NETWORKS_MAX = 64;

    private static final String NOUN = "a list of networks";

    /** Sorts, leaves out what is heard twice, and copies. */
    public OfferedNetworks {
        Map<Ssid, WifiNetwork> best = new LinkedHashMap<>();
        networks.stream()
                .sorted(Comparator.comparingInt(WifiNetwork::signalPercent).reversed())
                .forEach(network -> best.putIfAbsent(network.ssid(), network));
        networks = best.values().stream().limit(NETWORKS_MAX).toList();
    }

    /** The list as JSON; each name in bytes for machines and printable for people. */
    public byte[] toJson() {
        Members members = Members.ofNothing(NOUN);
        ArrayNode array = members.object().putArray("networks");
        for (WifiNetwork network : networks) {
            array.addObject()
                    .put("ssid", network.ssid().base64url())
                    .put("name", network.ssid().printable())
                    .put("signal", network.signalPercent())
                    .put("security", network.security().code());
        }
        return members.bytes();
    }

    /** Reads a list; the printable names are made anew from the bytes and not believed. */
    public static OfferedNetworks parse(byte[] json) throws MalformedMessage {
        Members members = Members.parse(json, SetupPaths.REPLY_BYTES_MAX, NOUN);
        members.requireWithin(Set.of("networks"));
        List<WifiNetwork> networks = new ArrayList<>();
        for (JsonNode node : members.array("networks").values()) {
            if (!(node instanceof ObjectNode object)) {
                throw new MalformedMessage("a list of networks holds objects");
            }
            networks.add(read(Members.of(object, "a network")));
        }
        return new OfferedNetworks(networks);
    }

    private static WifiNetwork read(Members members) throws MalformedMessage {
        members.requireWithin(Set.of("ssid", "name", "signal", "security"));
        String ssid = members.text("ssid");
        int signal = members.number("signal");
        WifiSecurity security =
                WifiSecurity.ofCode(members.text("security"))
                        .orElseThrow(() -> new MalformedMessage("a network has no such security"));
        return members.built(() -> new WifiNetwork(Ssid.parse(ssid), signal, security));
    }
}
