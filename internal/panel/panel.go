// Package panel is how the applications to a round are read and ranked: who is on the panel and whom they know,
// who reads what, the masked copies that are read, the scores with their reasons, the bands, the lottery that
// orders them, and the minutes.
//
// What always holds: an assessor reaches masked copies only, of applications that are assigned to them, and none
// of somebody they know, from the moment that is said; nobody sees another's scores before giving their own;
// every reading is noted; two people freeze the bands; anybody can recompute the order.
package panel
