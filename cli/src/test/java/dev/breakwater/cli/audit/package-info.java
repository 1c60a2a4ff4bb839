/**
 * Tests of the audit commands on real database files. They guarantee that each kind of tampering is
 * found and that judging changes nothing. Read {@link dev.breakwater.cli.audit.AuditVerifyTest}
 * first.
 */
@NullMarked
package dev.breakwater.cli.audit;

import org.jspecify.annotations.NullMarked;
