/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Power cuts, for whoever keeps files that must be there afterwards.
 *
 * <p>Guarantees: the file system of {@link dev.breakwater.testkit.power.CuttableFiles} forgets at a
 * cut whatever no fsync asked it to keep, names and contents apart, as POSIX allows and ext4, XFS
 * and F2FS do; {@link dev.breakwater.testkit.power.PowerCuts} looks at every single write of a
 * life, so none is left out by chance. Code under test runs unchanged: it is handed another {@link
 * java.nio.file.Path}. Refuses what it does not model (symbolic links, memory maps, file locks).
 *
 * <p>Read {@link dev.breakwater.testkit.power.PowerCuts} first.
 */
@NullMarked
package dev.breakwater.testkit.power;

import org.jspecify.annotations.NullMarked;
