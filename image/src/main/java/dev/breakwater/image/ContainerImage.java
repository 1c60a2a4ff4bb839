/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.image;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The image of a staged root file system. What changes seldom lies in layers of its own, so that an
 * update fetches little.
 */
public final class ContainerImage {

    /**
     * No account of the image has this number but the server's; root is not needed for anything.
     */
    static final String USER = "10001:10001";

    /** The data, and the only place that has to outlive the container. */
    static final String DATA = "/var/lib/breakwater";

    /** What the server is told, by whoever runs it: the image brings neither settings nor a key. */
    static final String CONFIGURATION = "/etc/breakwater";

    /** Where Docker and Podman put secrets; read as systemd's credentials are. */
    static final String SECRETS = "/run/secrets";

    private static final String HOME = "/opt/breakwater";
    private static final List<String> ENTRY_POINT =
            List.of("/opt/java/bin/java", "@" + HOME + "/arguments");
    private static final List<String> COMMAND =
            List.of("server", "--config", CONFIGURATION + "/breakwater.toml");

    /** Devices, enrollment, API. Operations is on the loopback address, where no port leads. */
    private static final Set<Port> PORTS = Set.of(Port.tcp(8883), Port.tcp(8884), Port.tcp(8443));

    /** The start-up cache knows its files by their times, so that these are the same in it. */
    private static final Instant TIME = Instant.ofEpochSecond(1);

    private static final String ROOT = "0:0";

    private final Path root;
    private final String version;
    private final String architecture;

    /**
     * Prepares.
     *
     * @param root the staged root file system; nothing in it is a link
     * @param architecture as OCI names it, e.g. {@code amd64}
     */
    ContainerImage(Path root, String version, String architecture) {
        this.root = root;
        this.version = version;
        this.architecture = architecture;
    }

    /** Writes the image that {@code build-support/image.sh} has staged. */
    public static void main(String[] words) throws Exception {
        if (words.length != 5) {
            throw new IllegalArgumentException("wanted: ROOT VERSION ARCHITECTURE CACHE ARCHIVE");
        }
        new ContainerImage(Path.of(words[0]), words[1], words[2])
                .write(Path.of(words[3]), Path.of(words[4]));
    }

    /**
     * Writes the archive.
     *
     * @param cache a folder that Jib keeps layers in
     */
    void write(Path cache, Path archive)
            throws IOException,
                    InterruptedException,
                    InvalidImageReferenceException,
                    CacheDirectoryCreationException,
                    RegistryException,
                    ExecutionException {
        JibContainerBuilder image =
                Jib.fromScratch()
                        .setFormat(ImageFormat.OCI)
                        .setPlatforms(Set.of(new Platform(architecture, "linux")))
                        .setUser(USER)
                        .setEntrypoint(ENTRY_POINT)
                        .setProgramArguments(COMMAND)
                        .setWorkingDirectory(AbsoluteUnixPath.get(DATA))
                        .addVolume(AbsoluteUnixPath.get(DATA))
                        .setExposedPorts(PORTS)
                        .setEnvironment(
                                Map.of(
                                        "HOME", DATA,
                                        "LANG", "C.UTF-8",
                                        "CREDENTIALS_DIRECTORY", SECRETS))
                        .setLabels(
                                Map.of(
                                        "org.opencontainers.image.title", "Breakwater",
                                        "org.opencontainers.image.version", version,
                                        "org.opencontainers.image.licenses", "Apache-2.0"));
        image.addFileEntriesLayer(layer("system", path -> !path.startsWith("opt")));
        image.addFileEntriesLayer(layer("java", path -> path.startsWith("opt/java")));
        image.addFileEntriesLayer(layer("libraries", ContainerImage::isLibrary));
        image.addFileEntriesLayer(
                layer("breakwater", path -> path.startsWith("opt/breakwater") && !isLibrary(path)));
        image.addFileEntriesLayer(places());
        image.containerize(
                Containerizer.to(TarImage.at(archive).named("breakwater:" + version))
                        .setOfflineMode(true)
                        .setToolName("breakwater")
                        .setBaseImageLayersCache(cache)
                        .setApplicationLayersCache(cache));
    }

    private static boolean isLibrary(Path path) {
        return path.startsWith("opt/breakwater/lib")
                && !path.toString().startsWith("opt/breakwater/lib/breakwater-");
    }

    /** The files that belong to root, whom nothing in the container runs as. */
    private FileEntriesLayer layer(String name, Predicate<Path> wanted) throws IOException {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted().toList()) {
                Path relative = root.relativize(path);
                if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    if (wanted.test(relative)) {
                        String mode = Files.isExecutable(path) ? "755" : "644";
                        layer.addEntry(
                                path,
                                AbsoluteUnixPath.get("/" + relative),
                                FilePermissions.fromOctalString(mode),
                                TIME,
                                ROOT);
                    }
                } else if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    throw new IOException(path + " is neither a file nor a folder");
                }
            }
        }
        return layer.build();
    }

    /** The two places that the server may write to, and the one that the operator fills. */
    private FileEntriesLayer places() {
        return FileEntriesLayer.builder()
                .setName("places")
                .addEntry(root, AbsoluteUnixPath.get("/tmp"), mode("777"), TIME, ROOT)
                .addEntry(root, AbsoluteUnixPath.get(DATA), mode("700"), TIME, USER)
                .addEntry(root, AbsoluteUnixPath.get(CONFIGURATION), mode("755"), TIME, ROOT)
                .build();
    }

    private static FilePermissions mode(String octal) {
        return FilePermissions.fromOctalString(octal);
    }
}
