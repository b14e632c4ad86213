package io.weir.windows.divert;

/**
 * An entry of an access list (ACCESS_ALLOWED_ACE, ACCESS_DENIED_ACE).
 *
 * @param sid         of a user or a group, {@code S-1-5-32-545}: names are translated, these are not
 * @param allows      otherwise it denies
 * @param mask        rights, as in {@code winnt.h}
 * @param inheritOnly says nothing of the object itself, only of what will be made in it
 */
record Grant(String sid, boolean allows, int mask, boolean inheritOnly) {
}
