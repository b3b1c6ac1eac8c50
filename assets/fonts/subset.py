"""Makes the embedded fonts from the Debian originals; see README.md.

    python3 subset.py DIR_OF_UNPACKED_DEBS

Needs fonttools. The same inputs give the same bytes.
"""

import pathlib
import sys

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

HERE = pathlib.Path(__file__).parent
FIGURES = HERE.parent.parent / "src" / "figures"

LATIN = [chr(c) for c in range(0x20, 0x7F)] + [chr(c) for c in range(0xA0, 0x180)]
SIGNS = list("ΔΣαβγδεθλμπρσ‐–—‘’“”•…′″€→←↑↓−×÷≈≠≤≥±∞")
CHINESE_SIGNS = list("，。、；：？！（）《》“”·％—…「」")
# Words a later figure or label is likely to need, so that a new figure seldom needs a new subset.
CHINESE = """
一二三四五六七八九十百千万亿年季月日零元人民币美金第每次个数量值率比例占指基期初末均平中位分布区间置信带总合计差异
国内外生产总值增长率同环比实际名义价格水平通货膨胀缩减消费投资出口进口贸易净政府企业居民部门行业产业制造服务农业能源材料建筑
房地金融信息科技公共机械电子电气运输设备商务软硬件人工智能数字化智化工业新质兴升级结构变化转型采用深度前沿能力差距服务
就业失业求职空缺离职劳动力工资薪酬份额工时技能任务常规非规认知体力操作自动化培训退休年龄迁移城乡户籍省份东西部地方中央
银行信贷贷款存款不良资本充足准备金利率债务债券隐性显性融资平台土地出让收入财政支转移税收补贴拖欠账款付息滚续展期风险倒闭
进入退出搁浅报废产能利用折旧存量流量库存订单需求供给预期成本加成利润股权基金创投创新研发专利质量数据要素算力电力耗碳排放煤
电网弃风光缺口冲击政策情景基准对照模拟校验拟合历史观测来源注图表面板左右上下轴线条单位种子参数敏感性分析稳健结果显著水平反事实
基尼系数贫富财产不平等十分位高低收家庭储蓄住养老医疗教育育幼人口总抚养比城镇农村供应链关税脱钩制裁伙伴一带路盟欧美其他世界
全要素生产贡献残余分解积累产出效率规模集中度赫芬达尔市场竞争垄断小微型大型中型国有民营外资快慢强弱前后移四季平均起点结束
速动的和与为在以及其按由于到从未已是否有无不各类项主次名称说明单百万千亿美元吨度时秒标准线值
"""


def characters_in_figures() -> set[str]:
    found: set[str] = set()
    for path in [*sorted(FIGURES.rglob("*.rs")), HERE.parent / "province_tiles.csv"]:
        found |= {c for c in path.read_text(encoding="utf-8") if ord(c) > 0x2E7F}
    return found


def quadratic(font: TTFont) -> None:
    """Turns cubic outlines (CFF) into quadratic ones (glyf), a thousandth of an em exact: figures carry the outlines of
    used glyphs in their SVG, and these can be taken out of a `glyf` table without decoding them."""
    outlines, glyphs = font.getGlyphSet(), {}
    for name in font.getGlyphOrder():
        pen = TTGlyphPen(outlines)
        outlines[name].draw(Cu2QuPen(pen, max_err=1.0, reverse_direction=True))
        glyphs[name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = glyf = newTable("glyf")
    glyf.glyphOrder, glyf.glyphs = font.getGlyphOrder(), glyphs
    for name, glyph in glyphs.items():
        glyph.recalcBounds(glyf)
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(glyph, "xMin", 0))
    maxp = font["maxp"] = newTable("maxp")
    maxp.tableVersion = 0x00010000
    maxp.numGlyphs, maxp.maxZones, maxp.maxComponentElements = len(glyphs), 1, 0
    for field in ("maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements",
                  "maxSizeOfInstructions", "maxPoints", "maxContours", "maxCompositePoints", "maxCompositeContours",
                  "maxComponentDepth"):
        setattr(maxp, field, 0)
    font["post"].formatType, font["post"].extraNames, font["post"].mapping = 2.0, [], {}
    del font["CFF "]
    font.sfntVersion = "\0\1\0\0"


def make(source: pathlib.Path, number: int, text: str, family: str, style: str, target: pathlib.Path) -> None:
    options = subset.Options()
    options.layout_features = ["kern"]
    options.legacy_kern = True
    options.hinting = False
    options.desubroutinize = True
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.glyph_names = False
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "DSIG", "FFTM", "GDEF"]
    options.recalc_timestamp = False
    font = TTFont(source, fontNumber=number, recalcTimestamp=False, lazy=True)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)
    names = font["name"]
    names.names = [n for n in names.names if n.platformID == 3 and n.langID == 0x409]
    for number, text in {1: family, 2: style, 3: f"{family} {style}", 4: f"{family} {style}",
                         6: f"{family.replace(' ', '')}-{style}"}.items():
        names.setName(text, number, 3, 1, 0x409)
    if "CFF " in font:
        quadratic(font)
    font.save(target)
    print(target.name, target.stat().st_size)


def main() -> None:
    debs = pathlib.Path(sys.argv[1])
    chinese = sorted(characters_in_figures() | set("".join(CHINESE.split())) | set(CHINESE_SIGNS))
    (HERE / "glyphs.txt").write_text("".join(chinese) + "\n", encoding="utf-8")
    latin = "".join(LATIN + SIGNS)
    both = "".join([chr(c) for c in range(0x20, 0x7F)] + SIGNS + chinese)
    for style in ("Regular", "Bold"):
        make(next(debs.rglob(f"LiberationSans-{style}.ttf")), -1, latin, "Xinzhi Sans", style, HERE / f"XinzhiSans-{style}.ttf")
        # Face 2 of the collection is Simplified Chinese.
        make(next(debs.rglob(f"NotoSansCJK-{style}.ttc")), 2, both, "Xinzhi Sans SC", style, HERE / f"XinzhiSansSC-{style}.ttf")


if __name__ == "__main__":
    main()
