/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.twin;

import dev.breakwater.server.audit.AuditEvent;
import java.util.Optional;

/**
 * A change of one twin, decided inside the committing transaction. It may be asked more than once
 * and must depend on nothing but its argument.
 */
public interface TwinEdit {

    /** What the twin becomes; only {@link TwinChange.Changed} is stored. */
    TwinChange decide(Twin before);

    /** What the audit log says of the change, if it is one that an operator or an app made. */
    Optional<AuditEvent> event(Twin after);
}
