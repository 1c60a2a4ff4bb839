/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Where this computer sends what is for elsewhere: in a device's own network, the device. As
 * Linux's table of routes says; an address stands there as a number of the machine's byte order,
 * which is little-endian on all that a phone or laptop is made of.
 */
final class Gateway {

    private static final Path ROUTES = Path.of("/proc/net/route");
    private static final String ANYWHERE = "00000000";
    private static final int COLUMNS_MIN = 4;

    private Gateway() {}

    /** The only one there is; empty if there are none or several, or the table cannot be read. */
    static Optional<InetAddress> only() {
        try {
            return only(Files.readAllLines(ROUTES));
        } catch (IOException noSuchTable) {
            return Optional.empty();
        }
    }

    static Optional<InetAddress> only(List<String> routes) {
        List<String> gateways =
                routes.stream()
                        .map(line -> line.split("\\s+", -1))
                        .filter(columns -> columns.length >= COLUMNS_MIN)
                        .filter(columns -> columns[1].equals(ANYWHERE))
                        .map(columns -> columns[2])
                        .filter(gateway -> !gateway.equals(ANYWHERE))
                        .distinct()
                        .toList();
        return gateways.size() == 1 ? address(gateways.getFirst()) : Optional.empty();
    }

    private static Optional<InetAddress> address(String number) {
        try {
            byte[] little = HexFormat.of().parseHex(number);
            byte[] address = new byte[little.length];
            for (int i = 0; i < little.length; i++) {
                address[i] = little[little.length - 1 - i];
            }
            return Optional.of(InetAddress.getByAddress(address));
        } catch (IllegalArgumentException | UnknownHostException otherForm) {
            return Optional.empty();
        }
    }
}
