/** The country in which the sample data plays. */
import type { Part } from '@fieldcase/domain/events';

export interface County {
  /** In ids, which are ASCII. */
  readonly code: string;
  readonly name: string;
}

export interface Region {
  readonly code: string;
  readonly name: string;
  readonly city: County;
  readonly counties: readonly County[];
  readonly season: string;
  readonly machines: readonly Machine[];
}

export interface Fault {
  readonly code: string;
  readonly text: string;
  readonly cause: string;
}

export interface Machine {
  readonly product: string;
  readonly serialPrefix: string;
  readonly faults: readonly Fault[];
  readonly parts: readonly Part[];
}

const fault = (code: string, text: string, cause: string): Fault => ({ code, text, cause });
const part = (number: string, name: string, partClass: Part['class'], packSize = 1): Part => ({
  partNumber: `DEMO-${number}`,
  name,
  class: partClass,
  packSize,
  serialised: false,
  substitutes: [],
});

const harvester: Machine = {
  product: '联合收割机 4LZ-6.0',
  serialPrefix: '4LZ',
  parts: [part('4LZ-0312', '滚筒皮带', 'wear'), part('4LZ-0518', '割台油缸密封圈', 'wear', 10)],
  faults: [
    fault('H-301', '割台升降无力，收不到倒伏稻', '液压油缸密封圈磨损'),
    fault('H-114', '脱粒滚筒堵塞，冒黑烟', '喂入量过大，滚筒皮带打滑'),
    fault('H-207', '粮仓搅龙不转', '传动链条断裂'),
    fault('H-118', '发动机高温报警', '水箱被草屑堵死'),
  ],
};
const tractor: Machine = {
  product: '轮式拖拉机 LX1804',
  serialPrefix: 'LX18',
  parts: [part('LX-0977', '液压泵滤网', 'general', 5), part('LX-1120', '离合器片', 'special')],
  faults: [
    fault('T-102', '冷启动困难，打不着火', '预热塞失效'),
    fault('T-215', '悬挂提升器不起', '液压泵吸油滤网堵塞'),
    fault('T-330', '换挡打齿，挂不上三挡', '离合器分离不彻底'),
  ],
};
const drill: Machine = {
  product: '免耕播种机 2BMF-9',
  serialPrefix: '2BMF',
  parts: [part('2BM-0145', '排种盘', 'wear', 2), part('2BM-0206', '限深轮轴承', 'general')],
  faults: [
    fault('D-021', '排种不均匀，漏播', '排种盘磨损'),
    fault('D-033', '播深忽深忽浅', '限深轮轴承损坏'),
    fault('D-040', '开沟器堵土', '圆盘刮土板变形'),
  ],
};

export const MACHINES: readonly Machine[] = [harvester, tractor, drill];
export const PARTS = MACHINES.flatMap(({ parts }) => parts);

export const REGIONS: readonly Region[] = [
  {
    code: 'northeast',
    name: '东北',
    city: { code: 'jiamusi', name: '佳木斯市' },
    counties: [
      { code: 'fujin', name: '富锦市' },
      { code: 'hulin', name: '虎林市' },
      { code: 'nehe', name: '讷河市' },
    ],
    season: '春耕',
    machines: [tractor, drill],
  },
  {
    code: 'central',
    name: '华中',
    city: { code: 'changde', name: '常德市' },
    counties: [
      { code: 'hanshou', name: '汉寿县' },
      { code: 'jianli', name: '监利市' },
      { code: 'nanxian', name: '南县' },
    ],
    season: '双抢',
    machines: [harvester, tractor],
  },
  {
    code: 'east',
    name: '华东',
    city: { code: 'yangzhou', name: '扬州市' },
    counties: [
      { code: 'gaoyou', name: '高邮市' },
      { code: 'shouxian', name: '寿县' },
      { code: 'dongtai', name: '东台市' },
    ],
    season: '双抢',
    machines: [harvester, drill, tractor],
  },
];

export const SURNAMES = ['王', '李', '张', '刘', '陈', '杨', '赵', '黄', '周', '吴', '徐', '孙', '马', '胡', '朱'];
export const GIVEN_NAMES = [
  '建国',
  '秀英',
  '志强',
  '桂兰',
  '国庆',
  '春梅',
  '大勇',
  '海燕',
  '永福',
  '玉华',
  '长江',
  '小满',
];
export const SITES = ['农机合作社', '家庭农场', '种粮大户', '机耕队', '国营农场第三生产队', '粮食专业合作社'];
export const VILLAGES = ['红旗村', '新建村', '柳林村', '向阳村', '大湖村', '胜利村'];
