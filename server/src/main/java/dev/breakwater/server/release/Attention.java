/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import dev.breakwater.protocol.update.metadata.Root;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says what the people who sign could do better, and what they have to do soon. */
final class Attention {

    private final Duration notice;

    Attention(Limits limits) {
        this.notice = Duration.ofDays(limits.of(Limit.UPDATE_NOTICE_DAYS));
    }

    List<String> of(
            Optional<Root> root,
            Optional<RepositoryView.Edition> rootEdition,
            Optional<RepositoryView.Edition> targets,
            OnlineKeys.Roles keys,
            Instant now) {
        List<String> sentences = new ArrayList<>();
        rootEdition.ifPresent(edition -> ending("root", edition, now, sentences));
        targets.ifPresent(edition -> ending("targets", edition, now, sentences));
        root.ifPresent(file -> sentences.addAll(RootRules.advice(file)));
        if (keys.director() != 0 && keys.director() != keys.root()) {
            sentences.add(
                    "root and targets name different online keys: whoever has stolen the older one"
                            + " still speaks with it; finish the rotation.");
        }
        return List.copyOf(sentences);
    }

    private void ending(
            String role, RepositoryView.Edition edition, Instant now, List<String> sentences) {
        if (!edition.expires().isAfter(now)) {
            sentences.add(
                    "%s has expired at %s: no device is updated until the next one is signed."
                            .formatted(role, edition.expires()));
        } else if (edition.expires().isBefore(now.plus(notice))) {
            sentences.add(
                    "%s expires at %s, in %d days; sign the next one."
                            .formatted(
                                    role,
                                    edition.expires(),
                                    Duration.between(now, edition.expires()).toDays()));
        }
    }
}
