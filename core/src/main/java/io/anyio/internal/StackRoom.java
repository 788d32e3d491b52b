package io.anyio.internal;

/**
 * Checks that the stack has room for a step that must not be interrupted by a {@link StackOverflowError}. If there is
 * too little room, the check throws the error before the step begins.
 */
public final class StackRoom {
    /*
     * The JVM checks the stack when a method is entered, by the size of its frame. To check for some kilobytes, enter a
     * method with a large frame. A frame is large if many values must be kept while the method calls another one, whether
     * or not the call is executed: here the arguments of the outer calls, which are read before the inner ones.
     *
     * C2 refuses to compile a call with so many arguments, and leaves the method to C1. This is intended: C2
     * would omit a call that it has not seen, and with it the frame. The call is executed now and then for the same
     * reason. The method that is called must have too much bytecode to be inlined.
     *
     * Compiled methods that make no calls do not check the stack at all. Without this check, code that has entered a
     * section could find too little room to call the method that leaves it. The check costs some two nanoseconds a level.
     */

    private static final int LEVELS = 1; // of 8 KiB each, or 5 KiB in the interpreter
    private static final int LEVELS_AROUND_OTHERS = 2; // the checks of the sections inside must not fail
    private static final int LEVELS_TO_PASS_ON = 3;

    private static final int NOW_AND_THEN = 255;

    private static final long[] VALUES = new long[333];

    @SuppressWarnings("unused") // it gives the arguments a use
    private static long sum;

    private StackRoom() {}

    /**
     * Throws if there is too little room for a wait, or for starting a task.
     *
     * @param number any number that differs from call to call; a counter of all calls would be shared by all loops
     */
    static void require(int number) {
        enter(LEVELS, (number & NOW_AND_THEN) == 0);
    }

    /** Like {@link #require}, for passing a turn on, for which the JDK's scheduler needs more room. */
    static void requireToPassOn(int number) {
        enter(LEVELS_TO_PASS_ON, (number & NOW_AND_THEN) == 0);
    }

    /** Throws if there is too little room for an operation in which sections are entered and waits are ended. */
    public static void requireForOperation() {
        enter(LEVELS_AROUND_OTHERS, false);
    }

    /** Throws if there is too little room for a critical section and the wake-up after it. */
    static void requireForSection() {
        enter(LEVELS, false);
    }

    // spotless:off
    private static void enter(int levels, boolean call) {
        if (call) {
            long[] v = VALUES;
            sum = take(
                    v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10],
                    v[11], v[12], v[13], v[14], v[15], v[16], v[17], v[18], v[19], v[20], v[21],
                    v[22], v[23], v[24], v[25], v[26], v[27], v[28], v[29], v[30], v[31], v[32],
                    v[33], v[34], v[35], v[36], v[37], v[38], v[39], v[40], v[41], v[42], v[43],
                    v[44], v[45], v[46], v[47], v[48], v[49], v[50], v[51], v[52], v[53], v[54],
                    v[55], v[56], v[57], v[58], v[59], v[60], v[61], v[62], v[63], v[64], v[65],
                    v[66], v[67], v[68], v[69], v[70], v[71], v[72], v[73], v[74], v[75], v[76],
                    v[77], v[78], v[79], v[80], v[81], v[82], v[83], v[84], v[85], v[86], v[87],
                    v[88], v[89], v[90], v[91], v[92], v[93], v[94], v[95], v[96], v[97], v[98],
                    v[99], v[100], v[101], v[102], v[103], v[104], v[105], v[106], v[107], v[108], v[109],
                    v[110], take(
                    v[111], v[112], v[113], v[114], v[115], v[116], v[117], v[118], v[119], v[120], v[121],
                    v[122], v[123], v[124], v[125], v[126], v[127], v[128], v[129], v[130], v[131], v[132],
                    v[133], v[134], v[135], v[136], v[137], v[138], v[139], v[140], v[141], v[142], v[143],
                    v[144], v[145], v[146], v[147], v[148], v[149], v[150], v[151], v[152], v[153], v[154],
                    v[155], v[156], v[157], v[158], v[159], v[160], v[161], v[162], v[163], v[164], v[165],
                    v[166], v[167], v[168], v[169], v[170], v[171], v[172], v[173], v[174], v[175], v[176],
                    v[177], v[178], v[179], v[180], v[181], v[182], v[183], v[184], v[185], v[186], v[187],
                    v[188], v[189], v[190], v[191], v[192], v[193], v[194], v[195], v[196], v[197], v[198],
                    v[199], v[200], v[201], v[202], v[203], v[204], v[205], v[206], v[207], v[208], v[209],
                    v[210], v[211], v[212], v[213], v[214], v[215], v[216], v[217], v[218], v[219], v[220],
                    v[221], take(
                    v[222], v[223], v[224], v[225], v[226], v[227], v[228], v[229], v[230], v[231], v[232],
                    v[233], v[234], v[235], v[236], v[237], v[238], v[239], v[240], v[241], v[242], v[243],
                    v[244], v[245], v[246], v[247], v[248], v[249], v[250], v[251], v[252], v[253], v[254],
                    v[255], v[256], v[257], v[258], v[259], v[260], v[261], v[262], v[263], v[264], v[265],
                    v[266], v[267], v[268], v[269], v[270], v[271], v[272], v[273], v[274], v[275], v[276],
                    v[277], v[278], v[279], v[280], v[281], v[282], v[283], v[284], v[285], v[286], v[287],
                    v[288], v[289], v[290], v[291], v[292], v[293], v[294], v[295], v[296], v[297], v[298],
                    v[299], v[300], v[301], v[302], v[303], v[304], v[305], v[306], v[307], v[308], v[309],
                    v[310], v[311], v[312], v[313], v[314], v[315], v[316], v[317], v[318], v[319], v[320],
                    v[321], v[322], v[323], v[324], v[325], v[326], v[327], v[328], v[329], v[330], v[331],
                    v[332], levels)));
        }
        if (levels > 1) {
            enter(levels - 1, call);
        }
    }

    @SuppressWarnings("TooManyParameters") // this is the purpose
    private static long take(
            long aa, long ab, long ac, long ad, long ae, long af, long ag, long ah, long ai, long aj,
            long ak, long al, long am, long an, long ao, long ap, long aq, long ar, long as, long at,
            long ba, long bb, long bc, long bd, long be, long bf, long bg, long bh, long bi, long bj,
            long bk, long bl, long bm, long bn, long bo, long bp, long bq, long br, long bs, long bt,
            long ca, long cb, long cc, long cd, long ce, long cf, long cg, long ch, long ci, long cj,
            long ck, long cl, long cm, long cn, long co, long cp, long cq, long cr, long cs, long ct,
            long da, long db, long dc, long dd, long de, long df, long dg, long dh, long di, long dj,
            long dk, long dl, long dm, long dn, long dodo, long dp, long dq, long dr, long ds, long dt,
            long ea, long eb, long ec, long ed, long ee, long ef, long eg, long eh, long ei, long ej,
            long ek, long el, long em, long en, long eo, long ep, long eq, long er, long es, long et,
            long fa, long fb, long fc, long fd, long fe, long ff, long fg, long fh, long fi, long fj,
            long fk, long fl) {
        return aa ^ ab ^ ac ^ ad ^ ae ^ af ^ ag ^ ah ^ ai ^ aj ^ ak ^ al ^ am ^ an ^ ao ^ ap ^ aq ^ ar ^ as ^ at
                ^ ba ^ bb ^ bc ^ bd ^ be ^ bf ^ bg ^ bh ^ bi ^ bj ^ bk ^ bl ^ bm ^ bn ^ bo ^ bp ^ bq ^ br ^ bs ^ bt
                ^ ca ^ cb ^ cc ^ cd ^ ce ^ cf ^ cg ^ ch ^ ci ^ cj ^ ck ^ cl ^ cm ^ cn ^ co ^ cp ^ cq ^ cr ^ cs ^ ct
                ^ da ^ db ^ dc ^ dd ^ de ^ df ^ dg ^ dh ^ di ^ dj ^ dk ^ dl ^ dm ^ dn ^ dodo ^ dp ^ dq ^ dr ^ ds ^ dt
                ^ ea ^ eb ^ ec ^ ed ^ ee ^ ef ^ eg ^ eh ^ ei ^ ej ^ ek ^ el ^ em ^ en ^ eo ^ ep ^ eq ^ er ^ es ^ et
                ^ fa ^ fb ^ fc ^ fd ^ fe ^ ff ^ fg ^ fh ^ fi ^ fj ^ fk ^ fl;
    }
    // spotless:on
}
