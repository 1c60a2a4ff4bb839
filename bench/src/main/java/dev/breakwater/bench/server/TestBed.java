/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.server;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Where everything is measured: the event loops of the load, the fleet, and a place for servers.
 * Everything ends with it.
 */
public final class TestBed implements AutoCloseable {

    private static final int LOAD_THREADS = 2;
    private static final Duration LIFE_LEFT_MIN = Duration.ofDays(7);

    private final Path checkout;
    private final Workplace workplace;
    private final EventLoopGroup loops;
    private final FleetDirectory home;
    private final Fleet fleet;
    private final ServerSettings settings;

    private TestBed(
            Path checkout,
            Workplace workplace,
            EventLoopGroup loops,
            FleetDirectory home,
            Fleet fleet,
            ServerSettings settings) {
        this.checkout = checkout;
        this.workplace = workplace;
        this.loops = loops;
        this.home = home;
        this.fleet = fleet;
        this.settings = settings;
    }

    /**
     * Prepares, and enrolls a fleet if none is kept that is large enough.
     *
     * @param checkout with a built distribution in it
     * @param fleetHome where the fleet is kept
     * @param devices at least so many
     * @param settings of our server
     * @param progress hears what takes long
     */
    public static TestBed open(
            Path checkout,
            Path fleetHome,
            int devices,
            ServerSettings settings,
            Consumer<String> progress)
            throws Exception {
        Workplace workplace = Workplace.below(checkout.resolve("bench/target/work"));
        EventLoopGroup loops =
                new MultiThreadIoEventLoopGroup(LOAD_THREADS, EpollIoHandler.newFactory());
        FleetDirectory home = new FleetDirectory(fleetHome);
        try {
            Fleet fleet =
                    isGood(home, devices)
                            ? home.read()
                            : FleetProvisioning.provision(
                                    home,
                                    workplace.forServer("issuer"),
                                    distribution(checkout),
                                    devices,
                                    loops,
                                    progress);
            return new TestBed(checkout, workplace, loops, home, fleet, settings);
        } catch (Exception failed) {
            end(loops);
            workplace.close();
            throw failed;
        }
    }

    private static boolean isGood(FleetDirectory home, int devices) throws IOException {
        if (!home.isComplete()) {
            return false;
        }
        Fleet kept = home.read();
        Date end = kept.devices().getFirst().chain().getFirst().getNotAfter();
        return kept.devices().size() >= devices
                && end.toInstant().isAfter(Instant.now().plus(LIFE_LEFT_MIN));
    }

    private static Path distribution(Path checkout) {
        return checkout.resolve("cli/target/breakwater");
    }

    /** The devices. */
    public Fleet fleet() {
        return fleet;
    }

    /** The event loops of the load. */
    public EventLoopGroup loops() {
        return loops;
    }

    /** Our server, on a copy of the data that the fleet was enrolled into. */
    public BreakwaterServer breakwater() throws IOException, InterruptedException {
        return breakwater(Map.of());
    }

    /** The same with these limits besides, by their keys. */
    public BreakwaterServer breakwater(Map<String, Integer> limits)
            throws IOException, InterruptedException {
        return BreakwaterServer.start(
                distribution(checkout),
                copyOfHome(),
                fleet.root(),
                new ServerSettings(limits, List.of()).above(settings));
    }

    /**
     * Our server, with an artifact that is published to the fleet's product.
     *
     * @param hash of the file, in hexadecimal
     */
    public BreakwaterServer breakwater(Path artifact, String hash)
            throws IOException, InterruptedException, CertificateEncodingException {
        Path directory = copyOfHome();
        PublishedArtifact.put(
                directory.resolve("data"), fleet.devices().getFirst(), artifact, hash);
        return BreakwaterServer.start(distribution(checkout), directory, fleet.root(), settings);
    }

    /** Nginx in front of a directory, for the devices of the fleet. */
    public NginxServer nginx(Path served) throws IOException, InterruptedException {
        Path directory = workplace.forServer(NginxServer.LABEL);
        return NginxServer.start(directory, PeerCredential.write(directory, fleet), served);
    }

    private Path copyOfHome() throws IOException {
        Path directory = workplace.forServer(ServerKind.BREAKWATER.label());
        Workplace.copy(home.data(), directory.resolve("data"));
        Workplace.copy(home.sealingKey(), directory.resolve("sealing.key"));
        return directory;
    }

    /** A server of this kind, running. */
    public ServerUnderTest start(ServerKind kind) throws IOException, InterruptedException {
        if (kind == ServerKind.BREAKWATER) {
            return breakwater();
        }
        Path directory = workplace.forServer(kind.label());
        PeerCredential credential = PeerCredential.write(directory, fleet);
        return switch (kind) {
            case BREAKWATER -> throw new IllegalStateException("ours is started above");
            case MOSQUITTO -> MosquittoPeer.start(directory, credential);
            case NATS -> NatsPeer.start(directory, credential);
            case ARTEMIS -> JavaPeer.artemis(checkout, directory, credential);
            case HIVEMQ -> JavaPeer.hivemq(checkout, directory, credential);
        };
    }

    /** Jetty with nothing in it, whose answers have this size, head and body. */
    public BareJetty bareJetty(int answerBytes) throws IOException, InterruptedException {
        Path directory = workplace.forServer("jetty");
        return BareJetty.start(
                distribution(checkout).resolve("java-options"),
                directory,
                PeerCredential.write(directory, fleet),
                answerBytes);
    }

    /** A file that is gone at the end. */
    public Path scratch(String name) throws IOException {
        return workplace.forServer("scratch").resolve(name);
    }

    @Override
    public void close() {
        end(loops);
        workplace.close();
    }

    private static void end(EventLoopGroup loops) {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
