/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.wifi;

import dev.breakwater.protocol.sealing.DurableFile;
import dev.breakwater.protocol.wifi.Ssid;
import dev.breakwater.protocol.wifi.WifiNetwork;
import dev.breakwater.protocol.wifi.WifiPassphrase;
import dev.breakwater.protocol.wifi.WifiSecurity;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The radio of a device with NetworkManager, by its command nmcli.
 *
 * <pre>{@code
 * WifiRadio radio = NmcliRadio.ofSystem("wlan0", "wlan0");
 * }</pre>
 *
 * <p>Profiles are written as files of NetworkManager's own and loaded; see {@link NetworkProfile}
 * for why. The profile of the device's own network lies in {@code /run}, so that a power cut leaves
 * nothing of it; that of the network joined lies in {@code /etc}, and NetworkManager joins again by
 * itself. Both files belong to whoever runs the agent, which must be root or a user whom
 * NetworkManager takes for it, and nobody else may read them.
 */
public final class NmcliRadio implements WifiRadio {

    /** The device's address in its own network. */
    public static final String ADDRESS = "10.42.0.1";

    private static final Logger LOG = LoggerFactory.getLogger(NmcliRadio.class);
    private static final Duration SHORT = Duration.ofSeconds(10);
    private static final Duration SCAN_MAX = Duration.ofSeconds(20);
    private static final Duration ACTIVATION_MAX = Duration.ofSeconds(45);

    /** Longer than nmcli is told to wait itself. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** How many lines of a scan are read; a place with more access points is not a home. */
    private static final int LINES_MAX = 1024;

    private static final String UPLINK = "6a9f5a0e-5d0c-4c53-9d4b-1f1d6d1c7a01";
    private static final String ACCESS_POINT = "6a9f5a0e-5d0c-4c53-9d4b-1f1d6d1c7a02";

    private final Nmcli nmcli;
    private final String station;
    private final String accessPoint;
    private final Path uplinkFile;
    private final Path accessPointFile;
    private final AtomicReference<List<WifiNetwork>> heard = new AtomicReference<>(List.of());

    /**
     * A radio.
     *
     * @param program nmcli, an absolute path
     * @param kept the folder of profiles that outlast a restart
     * @param passing the folder of those that do not
     * @param station the network interface that joins, such as {@code wlan0}
     * @param accessPoint the interface of the device's own network: the same, or a second one that
     *     can be on the air at the same time
     */
    public NmcliRadio(Path program, Path kept, Path passing, String station, String accessPoint) {
        if (!program.isAbsolute()) {
            throw new IllegalArgumentException("nmcli is named by an absolute path");
        }
        this.nmcli = new Nmcli(program);
        this.station = requireInterface(station);
        this.accessPoint = requireInterface(accessPoint);
        this.uplinkFile = kept.resolve("breakwater-uplink.nmconnection");
        this.accessPointFile = passing.resolve("breakwater-setup.nmconnection");
    }

    /** The radio of a system whose NetworkManager lies where distributions put it. */
    public static NmcliRadio ofSystem(String station, String accessPoint) {
        return new NmcliRadio(
                Path.of("/usr/bin/nmcli"),
                Path.of("/etc/NetworkManager/system-connections"),
                Path.of("/run/NetworkManager/system-connections"),
                station,
                accessPoint);
    }

    @Override
    public boolean keepsAccessPoint() {
        return !station.equals(accessPoint);
    }

    @Override
    public List<WifiNetwork> scan() throws IOException, InterruptedException {
        Nmcli.Answer answer =
                nmcli.run(
                        SCAN_MAX,
                        List.of(
                                "--terse",
                                "--escape",
                                "yes",
                                "--fields",
                                "SSID-HEX,SIGNAL,SECURITY",
                                "device",
                                "wifi",
                                "list",
                                "ifname",
                                station,
                                "--rescan",
                                "yes"));
        if (!answer.succeeded()) {
            throw new IOException("nmcli does not scan: " + answer.words());
        }
        List<WifiNetwork> networks = new ArrayList<>();
        answer.output()
                .lines()
                .limit(LINES_MAX)
                .forEach(line -> network(line).ifPresent(networks::add));
        heard.set(List.copyOf(networks));
        return networks;
    }

    /** One line of the scan, or nothing if the network hides its name. */
    static Optional<WifiNetwork> network(String line) {
        List<String> fields = TerseLine.fields(line);
        if (fields.size() != 3 || !fields.get(1).matches("[0-9]{1,3}")) {
            LOG.debug("nmcli printed a line that is no network");
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new WifiNetwork(
                            Ssid.of(HexFormat.of().parseHex(fields.get(0))),
                            Integer.parseInt(fields.get(1)),
                            security(fields.get(2))));
        } catch (IllegalArgumentException nameless) {
            return Optional.empty();
        }
    }

    private static WifiSecurity security(String words) {
        List<String> said = List.of(words.split(" ", -1));
        if (said.contains("802.1X")) {
            return WifiSecurity.ENTERPRISE;
        }
        if (said.contains("WPA2")) {
            return WifiSecurity.WPA2;
        }
        if (said.contains("WPA3")) {
            return WifiSecurity.WPA3;
        }
        if (said.contains("WPA1")) {
            return WifiSecurity.WPA;
        }
        return said.contains("WEP") ? WifiSecurity.WEP : WifiSecurity.OPEN;
    }

    @Override
    public InetAddress openAccessPoint(Ssid name, WifiPassphrase passphrase)
            throws IOException, InterruptedException {
        Nmcli.Answer answer =
                activate(
                        accessPointFile,
                        ACCESS_POINT,
                        NetworkProfile.ofAccessPoint(
                                ACCESS_POINT, accessPoint, name, passphrase, ADDRESS));
        if (!answer.succeeded()) {
            forget(ACCESS_POINT, accessPointFile);
            throw new IOException("nmcli does not open the access point: " + answer.words());
        }
        return InetAddress.ofLiteral(ADDRESS);
    }

    @Override
    public void closeAccessPoint() throws IOException, InterruptedException {
        forget(ACCESS_POINT, accessPointFile);
    }

    @Override
    public Joining join(Ssid network, WifiPassphrase passphrase)
            throws IOException, InterruptedException {
        WifiSecurity security =
                heard.get().stream()
                        .filter(other -> other.ssid().equals(network))
                        .map(WifiNetwork::security)
                        .findFirst()
                        .orElse(WifiSecurity.WPA2);
        Joining joining = Joining.NO_ADDRESS;
        try {
            Nmcli.Answer answer =
                    activate(
                            uplinkFile,
                            UPLINK,
                            NetworkProfile.ofUplink(
                                    UPLINK, station, network, passphrase, security));
            joining = answer.succeeded() ? Joining.JOINED : failure(answer);
            return joining;
        } finally {
            if (joining != Joining.JOINED) {
                forget(UPLINK, uplinkFile);
            }
        }
    }

    @Override
    public void leave() throws IOException, InterruptedException {
        forget(UPLINK, uplinkFile);
    }

    /**
     * What nmcli's words mean, by the reasons of NetworkManager's API (NMDeviceStateReason). The
     * supplicant is blamed where the passphrase is wrong on many drivers; whoever sees this checks
     * the passphrase, which is the right thing to do in any case.
     */
    private static Joining failure(Nmcli.Answer answer) throws IOException {
        String words = answer.output();
        if (words.contains("Secrets were required")
                || words.contains("no secrets")
                || words.contains("supplicant")) {
            return Joining.WRONG_PASSPHRASE;
        }
        if (words.contains("Wi-Fi network could not be found")
                || words.contains("ssid-not-found")) {
            return Joining.NETWORK_NOT_FOUND;
        }
        // 3 is nmcli's own time-out: the radio was let in, or NetworkManager had said otherwise.
        if (answer.exit() == 3
                || words.contains("IP configuration could not be reserved")
                || words.contains("DHCP")) {
            return Joining.NO_ADDRESS;
        }
        throw new IOException("nmcli does not join the network: " + answer.words());
    }

    private Nmcli.Answer activate(Path file, String uuid, byte[] profile)
            throws IOException, InterruptedException {
        DurableFile.replace(file, profile);
        Nmcli.Answer loaded = nmcli.run(SHORT, List.of("connection", "load", file.toString()));
        if (!loaded.succeeded()) {
            throw new IOException("NetworkManager does not take a profile: " + loaded.words());
        }
        return nmcli.run(
                ACTIVATION_MAX.plus(GRACE),
                List.of(
                        "--wait",
                        String.valueOf(ACTIVATION_MAX.toSeconds()),
                        "connection",
                        "up",
                        "uuid",
                        uuid));
    }

    private void forget(String uuid, Path file) throws IOException, InterruptedException {
        try {
            Nmcli.Answer answer = nmcli.run(SHORT, List.of("connection", "delete", "uuid", uuid));
            // 10: there is no such connection, which is what is wanted.
            if (!answer.succeeded() && answer.exit() != 10) {
                throw new IOException("nmcli does not forget a profile: " + answer.words());
            }
        } finally {
            boolean _ = Files.deleteIfExists(file);
        }
    }

    private static String requireInterface(String name) {
        if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}")) {
            throw new IllegalArgumentException(
                    "a network interface has a name of 1 to 15 characters");
        }
        return name;
    }
}
