/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.ca.ledger.CertificateSubject;
import dev.breakwater.ca.ledger.ServerNames;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import java.net.InetAddress;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whom a certificate names, as columns of the ledger.
 *
 * @param kind {@code DEVICE} or {@code SERVER}
 * @param serverNames host names and addresses, joined by spaces, which neither can contain; an
 *     address is marked by a leading {@code @}
 */
record StoredSubject(
        String kind,
        @Nullable String deviceId,
        @Nullable String deviceSerial,
        @Nullable String serverNames) {

    private static final String DEVICE = "DEVICE";
    private static final String SERVER = "SERVER";
    private static final String ADDRESS_MARK = "@";

    static StoredSubject of(CertificateSubject subject) {
        return switch (subject) {
            case CertificateSubject.Device(var id, var serial) ->
                    new StoredSubject(DEVICE, id.toString(), serial.text(), null);
            case CertificateSubject.Server(var names) ->
                    new StoredSubject(SERVER, null, null, join(names));
        };
    }

    static StoredSubject from(Row row) throws SQLException {
        return new StoredSubject(
                row.text("subject_kind"),
                row.optionalText("device_id").orElse(null),
                row.optionalText("device_serial").orElse(null),
                row.optionalText("server_names").orElse(null));
    }

    /** One text per subject: what a key belongs to. */
    String holder() {
        return deviceId != null ? "device:" + deviceId : "server:" + serverNames;
    }

    CertificateSubject subject() throws SQLException {
        if (deviceId != null && deviceSerial != null) {
            return new CertificateSubject.Device(
                    DeviceId.parse(deviceId), new DeviceSerial(deviceSerial));
        }
        if (serverNames != null) {
            return new CertificateSubject.Server(split(serverNames));
        }
        throw new SQLException("a row of the ledger names neither a device nor a server");
    }

    private static String join(ServerNames names) {
        return Stream.concat(
                        names.dnsNames().stream(),
                        names.addresses().stream()
                                .map(address -> ADDRESS_MARK + address.getHostAddress()))
                .collect(Collectors.joining(" "));
    }

    /** Literal addresses only, so nothing is looked up. */
    private static ServerNames split(String joined) throws SQLException {
        List<String> dnsNames = new ArrayList<>();
        List<InetAddress> addresses = new ArrayList<>();
        for (String name : joined.split(" ", -1)) {
            if (name.startsWith(ADDRESS_MARK)) {
                try {
                    addresses.add(InetAddress.ofLiteral(name.substring(1)));
                } catch (IllegalArgumentException altered) {
                    throw new SQLException("a stored address cannot be read", altered);
                }
            } else {
                dnsNames.add(name);
            }
        }
        return new ServerNames(dnsNames, addresses);
    }
}
