/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.netns;

import dev.breakwater.protocol.wifi.Ssid;
import dev.breakwater.protocol.wifi.WifiPassphrase;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The networks that can be heard. Whoever opens one has a bridge in their namespace; whoever joins
 * it with the right name and passphrase gets a cable to it (veth(4)), an address, and the bridge's
 * owner as gateway. When it is closed the cables are gone, at both ends and without a word.
 *
 * <pre>{@code
 * Air air = new Air(directory);
 * air.open(new AirNetwork(Ssid.ofText("Meer"), passphrase, home, "192.168.4", true));
 * assertThat(air.join(Ssid.ofText("Meer"), passphrase, phone, "wlan0")).isEqualTo(AirAnswer.IN);
 * }</pre>
 *
 * <p>The directory says what is open, so that several processes have one air; each network and each
 * interface is one process's at a time.
 */
public final class Air {

    /** The bridge in the namespace of whoever opened a network. */
    private static final String BRIDGE = "air";

    private static final int NUMBER_FIRST = 2;
    private static final int NUMBER_LAST = 254;
    private static final String NETWORK = ".network";

    private final Path directory;

    /** The air that this directory, which exists, describes. */
    public Air(Path directory) {
        this.directory = directory;
    }

    /** Opens a network; a namespace opens one at a time. */
    public void open(AirNetwork network) throws IOException, InterruptedException {
        Namespace where = network.where();
        var _ = where.ip("link", "add", BRIDGE, "type", "bridge");
        var _ =
                where.ip(
                        "address",
                        "add",
                        network.address().getHostAddress() + "/24",
                        "dev",
                        BRIDGE);
        var _ = where.ip("link", "set", BRIDGE, "up");
        Path draft = Files.createTempFile(directory, "draft", null);
        Files.writeString(draft, network.text());
        var _ = Files.move(draft, file(network.name()), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Closes a network, if it is open: those in it have no interface any more. */
    public void close(Ssid name) throws IOException, InterruptedException {
        Optional<AirNetwork> open = network(name);
        if (open.isEmpty()) {
            return;
        }
        Files.delete(file(name));
        for (int number : numbers(name)) {
            disconnect(open.get(), number);
        }
        var _ = open.get().where().ip("link", "delete", BRIDGE);
    }

    /** The names of those that are open. */
    public List<Ssid> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(NETWORK))
                    .sorted()
                    .map(file -> Ssid.parse(file.substring(0, file.length() - NETWORK.length())))
                    .toList();
        }
    }

    /**
     * Waits until a network is open, or until it is not.
     *
     * @throws IOException if that takes longer
     */
    public void await(Ssid name, boolean open, Duration timeMax)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + timeMax.toNanos();
        try (WatchService changes = directory.getFileSystem().newWatchService()) {
            var _ =
                    directory.register(
                            changes,
                            StandardWatchEventKinds.ENTRY_CREATE,
                            StandardWatchEventKinds.ENTRY_DELETE);
            while (Files.exists(file(name)) != open) {
                WatchKey key = changes.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (key == null) {
                    throw new IOException(
                            "the network " + name + (open ? " does not open" : " stays open"));
                }
                var _ = key.pollEvents();
                boolean _ = key.reset();
            }
        }
    }

    /**
     * Joins a network. If that fails the namespace is left as it was.
     *
     * @param station whoever joins
     * @param device the name that the interface is to have, of which there is none
     */
    public AirAnswer join(Ssid name, WifiPassphrase passphrase, Namespace station, String device)
            throws IOException, InterruptedException {
        Optional<AirNetwork> heard = network(name);
        if (heard.isEmpty()) {
            return AirAnswer.NOT_FOUND;
        }
        AirNetwork network = heard.get();
        if (!network.passphrase().equals(passphrase)) {
            return AirAnswer.WRONG_PASSPHRASE;
        }
        int number = number(name);
        connect(network, number, station, device);
        if (!network.givesAddresses()) {
            disconnect(network, number);
            return AirAnswer.NO_ADDRESS;
        }
        var _ =
                station.ip(
                        "address", "add", network.prefix() + "." + number + "/24", "dev", device);
        var _ =
                station.ip(
                        "route",
                        "add",
                        "default",
                        "via",
                        network.address().getHostAddress(),
                        "dev",
                        device);
        return AirAnswer.IN;
    }

    /** Takes an interface away, if it is there. */
    public void leave(Namespace station, String device) throws IOException, InterruptedException {
        if (station.ip("-o", "link").contains(" " + device + "@")) {
            // Its number stays taken until the network closes, as a lease would.
            var _ = station.ip("link", "delete", device);
        }
    }

    private void connect(AirNetwork network, int number, Namespace station, String device)
            throws IOException, InterruptedException {
        Namespace where = network.where();
        var _ =
                where.ip(
                        "link",
                        "add",
                        "name",
                        port(number),
                        "type",
                        "veth",
                        "peer",
                        "name",
                        device,
                        "netns",
                        station.name());
        var _ = where.ip("link", "set", port(number), "master", BRIDGE, "up");
        var _ = station.ip("link", "set", device, "up");
    }

    private void disconnect(AirNetwork network, int number)
            throws IOException, InterruptedException {
        if (network.where().ip("-o", "link").contains(" " + port(number) + "@")) {
            var _ = network.where().ip("link", "delete", port(number));
        }
        boolean _ = Files.deleteIfExists(lease(network.name(), number));
    }

    private Optional<AirNetwork> network(Ssid name) throws IOException {
        try {
            return Optional.of(AirNetwork.parse(name, Files.readString(file(name))));
        } catch (NoSuchFileException closed) {
            return Optional.empty();
        }
    }

    private int number(Ssid name) throws IOException {
        for (int number = NUMBER_FIRST; number <= NUMBER_LAST; number++) {
            try {
                var _ = Files.createFile(lease(name, number));
                return number;
            } catch (FileAlreadyExistsException taken) {
                // The next may be free.
            }
        }
        throw new IOException("the network " + name + " is full");
    }

    private List<Integer> numbers(Ssid name) {
        List<Integer> numbers = new ArrayList<>();
        for (int number = NUMBER_FIRST; number <= NUMBER_LAST; number++) {
            if (Files.exists(lease(name, number))) {
                numbers.add(number);
            }
        }
        return numbers;
    }

    private static String port(int number) {
        return "station" + number;
    }

    private Path file(Ssid name) {
        return directory.resolve(name.base64url() + NETWORK);
    }

    private Path lease(Ssid name, int number) {
        return directory.resolve(name.base64url() + "." + number);
    }
}
