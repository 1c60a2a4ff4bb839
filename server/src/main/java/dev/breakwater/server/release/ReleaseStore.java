/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where repositories and releases are kept. What changes something is durable, with its audit
 * entry, when the method returns.
 */
public interface ReleaseStore extends Releases {

    /**
     * A product's repository as far as it goes.
     *
     * @param keys of the server
     * @param revision grows with every change; 0 for one that has not begun
     * @param versions of the files that are current
     * @param counterMax the highest counter that any release of the product ever had; 0 for none
     * @param offlineEnd when the first of root and targets expires; empty if there is neither
     * @param signAgainAt when snapshot or timestamp is half through its life; empty without any
     */
    record Repository(
            OrganizationId organization,
            ProductId product,
            OnlineKeys keys,
            long revision,
            Versions versions,
            long counterMax,
            Optional<Instant> offlineEnd,
            Optional<Instant> signAgainAt) {}

    /** The versions of the files that are current; 0 for one that there is none of yet. */
    record Versions(long root, long targets, long snapshot, long timestamp) {

        /** Of a repository without files. */
        public static final Versions NONE = new Versions(0, 0, 0, 0);
    }

    /**
     * A file of metadata.
     *
     * @param role such as {@code root}
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record MetadataFile(String role, long version, Instant expires, byte[] content) {

        /** Under which name it is fetched. */
        public String name() {
            return nameOf(role, version);
        }

        /** The name of a file: that of timestamp alone does not tell its version. */
        static String nameOf(String role, long version) {
            return role.equals("timestamp") ? "timestamp.json" : version + "." + role + ".json";
        }
    }

    /**
     * What becomes of a repository.
     *
     * @param keys what the server's keys are for from now on; those without a role are destroyed
     * @param files that come; each takes the place of one of the same name
     * @param published releases that come
     * @param withdrawn releases that the newest file of targets does not name any more
     * @param offlineEnd when the first of root and targets expires
     * @param signAgainAt when snapshot or timestamp is to be signed again; empty if there is none
     */
    record Change(
            Versions versions,
            OnlineKeys.Roles keys,
            long counterMax,
            List<MetadataFile> files,
            List<Release> published,
            List<ReleaseId> withdrawn,
            Optional<Instant> offlineEnd,
            Optional<Instant> signAgainAt) {

        /** Copies the lists. */
        public Change {
            files = List.copyOf(files);
            published = List.copyOf(published);
            withdrawn = List.copyOf(withdrawn);
        }
    }

    /** The repository of a product, begun or not; empty if there is no such product. */
    Optional<Repository> repository(OrganizationId organization, ProductId product);

    /**
     * Keeps a key that was made as the prepared one, in the place of one that was not used; the
     * first begins the repository.
     *
     * @return whether the repository was still what it was made from; otherwise nothing has changed
     */
    boolean prepare(Repository before, OnlineKeys.SealedKey fresh, List<AuditEvent> events);

    /** A file; empty if there is none of this name. */
    Optional<byte[]> file(OrganizationId organization, ProductId product, String name);

    /** When the current file of a role expires; empty if there is none. */
    Optional<Instant> expiry(OrganizationId organization, ProductId product, String name);

    /**
     * Changes a repository, all of it or nothing.
     *
     * @param before what the change was made from
     * @param events what is left in the log; none for what the server does by itself every few days
     * @return whether the repository was still what it was made from; otherwise nothing has changed
     */
    boolean change(Repository before, Change change, List<AuditEvent> events);

    /** All releases of a product that are published, by counter. */
    List<Release> published(OrganizationId organization, ProductId product);

    /**
     * Counts a statement of the director.
     *
     * @return its version and the key to sign it with; empty if the release is not published
     */
    Optional<Directed> directed(OrganizationId organization, ProductId product, ReleaseId release);

    /**
     * Repositories whose snapshot or timestamp is to be signed again by now, the most urgent first.
     *
     * @param latest what is to be signed again after this was signed by a clock that was ahead, or
     *     for a longer life than today's, and is due as well
     */
    @Unscoped("the server signs again for whoever it is time")
    List<Due> toSignAgain(Instant now, Instant latest, int countMax);

    /** Repositories whose root or targets expires before this, the most urgent first. */
    @Unscoped("the server tells its operator whose signers have to meet soon")
    List<Ending> ending(Instant before, int countMax);

    /**
     * A statement that was counted.
     *
     * @param key the one that the targets in force name, at the moment of counting
     */
    record Directed(long version, OnlineKeys.SealedKey key) {}

    /** A repository whose snapshot or timestamp is half through its life. */
    record Due(OrganizationId organization, ProductId product) {}

    /** A repository whose people have to sign something soon. */
    record Ending(OrganizationId organization, ProductId product, Instant end) {}
}
